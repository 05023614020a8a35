"""The register, posts and transfers as JSON."""
