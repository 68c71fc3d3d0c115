"""One module a command; each has a click command or group named `command`."""
