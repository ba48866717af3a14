"""The only place where SDKs, files and sockets appear; one backend a file."""
