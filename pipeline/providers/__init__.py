"""Where model calls go: embedded, remote and scripted providers behind one adapter."""
