"""What a good Korean training record is: the record that comes in, the manifest that goes out, all between."""
