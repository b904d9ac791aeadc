"""The camera client: sends each image of a folder to Linewatch once, and waits for the verdicts.

Read it in this order: `files` (what to send), `uploads` and `api` (requests), `connection` and `answers` (HTTP),
`retry`, `sender` (many images at a time), `verdicts`, `client` (the whole job), `status` and `journal` (what was sent),
`progress` (what a person sees).
"""
