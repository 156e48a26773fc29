"""The shapes a foreign row may have → messages; one family a file, all of them in one table: `recognise.SHAPES`."""
