"""From any file to rows: inputs, formats, records, each broken one set aside alone."""
