// Contracts: to be written.
