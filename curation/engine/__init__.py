"""Map, one shuffle, sink: how steps run over Arrow tables."""
