"""Pure: plain values in, plain values out; no file, network, clock or SDK."""
