"""HTML pages for people who use no terminal: one document each, that loads nothing and escapes everything."""
