"""The practice page and its JSON API, on this machine."""
