package engine

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// LibraryEnv names the environment variable that holds the path of libchdb.
const LibraryEnv = "GATEHOUSE_LIBCHDB"

// FindLibrary gives the path of libchdb: the configured one, else the one
// named by the environment, else the first of: beside the binary, the npm
// package in a node_modules above the binary or the working directory, or
// where the container image keeps it.
func FindLibrary(configured string) (string, error) {
	for _, named := range []string{configured, os.Getenv(LibraryEnv)} {
		if named == "" {
			continue
		}
		if _, err := os.Stat(named); err != nil {
			return "", fmt.Errorf("ClickHouse library %s is not there: correct the path, or use a server with --clickhouse", named)
		}
		return named, nil
	}
	candidates := []string{"/usr/local/lib/gatehouse/libchdb.so"}
	packaged := filepath.Join("node_modules", "@chdb", npmPackage(), "libchdb.so")
	if executable, err := os.Executable(); err == nil {
		dir := filepath.Dir(executable)
		candidates = append(candidates, filepath.Join(dir, "libchdb.so"))
		candidates = append(candidates, upwards(dir, packaged)...)
	}
	if dir, err := os.Getwd(); err == nil {
		candidates = append(candidates, upwards(dir, packaged)...)
	}
	for _, path := range candidates {
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("ClickHouse library libchdb.so was not found: run `make deps` (npm ci), or name it in %s, or use a server with --clickhouse", LibraryEnv)
}

func npmPackage() string {
	return "lib-" + runtime.GOOS + "-" + strings.ReplaceAll(runtime.GOARCH, "amd64", "x64") + map[string]string{"linux": "-gnu"}[runtime.GOOS]
}

func upwards(dir, name string) []string {
	var paths []string
	for {
		paths = append(paths, filepath.Join(dir, name))
		parent := filepath.Dir(dir)
		if parent == dir {
			return paths
		}
		dir = parent
	}
}
