// Service: to be written.
