"""What notes are worth: values, yields and spreads of what they are paid."""
