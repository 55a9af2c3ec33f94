"""From a prompt to verified code: the core, which knows no screen and no SQL."""

from pipeline.parsing import install

install()
