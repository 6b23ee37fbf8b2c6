"""What `import pipeline` offers: the commands as functions. The names are exported by the package itself."""
