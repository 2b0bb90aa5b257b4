"""Great Expectations' Data Docs of every batch's checks, rendered by its own renderer, without anything from a CDN."""
