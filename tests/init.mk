# Proofs of sections 2 and 7 that take longer than `make test` should.

.PHONY: bytes
bytes: ## the byte promise: equal hashes from every compiler, option and (emulated) processor found here
	@STRICT=$(STRICT) sh tests/bytes.sh $(BUILD)/bytes

test-long: bytes
