// Security: to be written.
