"""The data model: frozen pydantic models without I/O. Names and JSON keys are a contract."""
