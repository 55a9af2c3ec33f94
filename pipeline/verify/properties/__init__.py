"""Laws of a function: read from the IR or proposed, checked on generated inputs, offered as claims."""
