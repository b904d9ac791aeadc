"""Linewatch's deployed code: from an uploaded image to a verdict, an alert and a row in the lake."""
