"""Labels of a screen: where they are met, what they mean, what one enters or chooses there."""
