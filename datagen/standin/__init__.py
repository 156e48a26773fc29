"""The model that needs no model: prompts read back and answered by the no-model writer, behind `datagen.serve`."""
