# Everything a checkout needs: make, git, Go 1.26, node with npm. `make help` lists the targets.

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
GOLANGCI := v2.15.0
GOVULNCHECK := v1.9.0

# Icons of the screens, by their names in @tabler/icons/icons/outline.
ICONS := alert-triangle arrow-back-up bookmark building-community check checklist chevron-down clock-play database-import dots download filter \
	eye headset language layout-dashboard logout moon player-play player-stop plug-connected refresh report-money scale search sun trash \
	upload user-plus users x

MODULES := node_modules/.package-lock.json
VENDOR := dashboard/static/vendor
ASSETS := $(addprefix $(VENDOR)/,echarts.min.js inter-latin-wght-normal.woff2 $(ICONS:%=icons/%.svg) \
	echarts.LICENSE.txt inter.LICENSE.txt icons/LICENSE.txt)

# libchdb is opened at run time without a C compiler; the tests run what ships.
export CGO_ENABLED := 0

.PHONY: help deps build demo test screenshots lint bench bench-large soak clean
.DELETE_ON_ERROR:

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

deps: $(ASSETS) ## fetch the npm packages and copy what the pages embed

build: deps ## bin/gatehouse
	go build -trimpath -ldflags "-X main.version=$(VERSION)" -o bin/gatehouse ./cmd/gatehouse

demo: build ## made-up portfolio, loaded and served
	@exec bin/gatehouse demo

test: deps ## vet and all tests; installs Chromium and a Chinese font when missing
	@.ci/browser
	go vet ./...
	go test -timeout 30m ./...

screenshots: deps ## pictures of the README, and every page as picture and A4, by the browser test
	@.ci/browser
	@rm -rf .cache/screenshots && mkdir -p .cache/screenshots && dir=$$PWD/.cache/screenshots && \
	GATEHOUSE_SCREENSHOTS=$$dir go test -count=1 ./dashboard/browsertest && \
	cp $$dir/readme-en.png docs/images/portfolio.png && \
	cp $$dir/readme-zh.png docs/images/portfolio.zh-CN.png && echo "all pictures and prints: $$dir"

lint: deps ## gofmt, golangci-lint, govulncheck
	@files=$$(git ls-files -z '*.go' | xargs -0 gofmt -l); test -z "$$files" || { echo "not formatted by gofmt:"; echo "$$files"; exit 1; }
	go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI) run
	go run golang.org/x/vuln/cmd/govulncheck@$(GOVULNCHECK) ./...

bench: deps ## loading, refreshing and serving a million bills; one large file; the readers alone
	go test -run '^$$' -bench 'Million|Read' -benchtime 1x -timeout 60m ./bench
	go test -run '^$$' -bench Load -benchtime 3x -timeout 60m ./bench
	go test -run '^$$' -bench . ./ingest/sheet

bench-large: deps ## refreshing and reading 1,000 projects with 1 and 10 million bills, about half an hour
	go test -run '^$$' -bench Large -benchtime 1x -timeout 120m ./bench

soak: deps ## 200 random crashes, 40 random histories of loads and every slice traced, about three quarters of an hour
	GATEHOUSE_EVERY_SLICE=1 go test -count=1 -timeout 60m -run TestLinesAddUpToTheNumber ./analytics
	GATEHOUSE_CRASH_RUNS=200 go test -count=1 -v -timeout 120m -run 'TestCrashMatrix|TestLoadsAsTheModelSays' ./ingest -rapid.checks=40

clean: ## remove what was built; keeps node_modules and data
	rm -rf bin .cache $(VENDOR)

# npm writes this file last, so that it stands for a complete node_modules.
$(MODULES): package-lock.json
	npm ci
	@touch $@

define copy
@mkdir -p $(@D)
@cp $(1) $@
endef

$(VENDOR)/echarts.min.js: $(MODULES)
	$(call copy,node_modules/echarts/dist/echarts.min.js)
$(VENDOR)/inter-latin-wght-normal.woff2: $(MODULES)
	$(call copy,node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2)
$(VENDOR)/icons/%.svg: $(MODULES)
	$(call copy,node_modules/@tabler/icons/icons/outline/$*.svg)
$(VENDOR)/echarts.LICENSE.txt: $(MODULES)
	$(call copy,node_modules/echarts/LICENSE)
$(VENDOR)/inter.LICENSE.txt: $(MODULES)
	$(call copy,node_modules/@fontsource-variable/inter/LICENSE)
$(VENDOR)/icons/LICENSE.txt: $(MODULES)
	$(call copy,node_modules/@tabler/icons/LICENSE)
