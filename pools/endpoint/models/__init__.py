"""What the embedded endpoint remembers."""
