// HTTPClient: to be written.
