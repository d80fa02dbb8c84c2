"""The ways into the program, by which the steps of a history are done."""
