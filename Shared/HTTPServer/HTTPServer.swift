// HTTPServer: to be written.
