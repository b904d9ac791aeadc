"""The API of Amazon Lookout for Vision, a thin shell over projects and models."""
