"""Runs on disk: schema, writer, reader, folders, metadata, exports."""
