"""Data sets of what people have: folders, lists, S3 prefixes, manifests, COCO and Label Studio exports."""
