.PHONY: run-lenet
run-lenet: $(BUILD)/bin/lenet ## train a small convolutional network on MNIST to 99 % (some minutes; MNIST_DIR=folder)
	@MNIST_DIR=$(MNIST_DIR) $(BUILD)/bin/lenet
