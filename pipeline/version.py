"""The version of Holotype, as events and the command line state it."""

VERSION = "0.1.0"
