"""Use cases in order of their steps; they know the core and the ports, nothing else."""
