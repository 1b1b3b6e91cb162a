"""What `make chaos` is made of: faults against real processes in the middle of a mailout, and what may come of them."""
