"""Reading facts from files through a mapping."""
