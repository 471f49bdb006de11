"""Pictures of a document and of what was found of it: one scene model, several writers."""
