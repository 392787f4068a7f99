# Everything needs Go 1.26 and a C compiler. What else a target needs, scripts/setup installs and says so.

.PHONY: run build test check arm64 bench soak reference fmt

# Opens OpenClaw on this machine with made-up data to look at. Ctrl-C stops it; the data stays.
run: build
	@scripts/run

build:
	@scripts/build bin/openclawd

test:
	@scripts/setup test
	go test -count=1 -timeout 30m ./...

# What must hold besides the tests: format, vet, linters, known vulnerabilities, floors, templates, generated files.
check:
	@scripts/check

# Builds openclawd for a Raspberry Pi and starts it once under emulation.
arm64:
	@scripts/setup arm64
	@scripts/arm64

# Measures 1,000,000 opportunities beside the peers and writes docs/benchmarks.md. About a quarter of an hour.
bench: build
	cd bench && go run . -openclawd ../bin/openclawd -out ../docs/benchmarks.md

# Kills a busy daemon over and over, for as long as SOAK says, and looks for anything lost.
SOAK ?= 1h
soak:
	OPENCLAW_SOAK=$(SOAK) go test -timeout 0 -v -run TestKilled ./e2e/crash

# Writes docs/reference from the program.
reference: build
	bin/openclawd man --markdown docs/reference

fmt:
	gofmt -w .
