// Checks every proof in this folder with the Go project's own note and tlog packages.
package main

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "DOES NOT HOLD:", err)
		os.Exit(3)
	}
}

func read(name string) string {
	content, err := os.ReadFile(name)
	must(err)
	return string(content)
}

func decoded(line string) []byte {
	raw, err := base64.StdEncoding.DecodeString(line)
	must(err)
	return raw
}

func main() {
	verifier, err := note.NewVerifier(strings.TrimSpace(read("key.pub")))
	must(err)
	opened, err := note.Open([]byte(read("checkpoint")), note.VerifierList(verifier))
	must(err)
	said := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(said[1], 10, 64)
	must(err)
	var root tlog.Hash
	copy(root[:], decoded(said[2]))
	if said[0] != verifier.Name() {
		must(fmt.Errorf("the checkpoint speaks for %s", said[0]))
	}

	proofs, err := filepath.Glob("proofs/*.proof")
	must(err)
	for _, name := range proofs {
		head, message, _ := strings.Cut(read(name), "\n\n")
		if message != read("checkpoint") {
			must(fmt.Errorf("%s: another checkpoint", name))
		}
		lines := strings.Split(head, "\n")
		entry := decoded(strings.TrimPrefix(lines[1], "extra "))
		index, err := strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64)
		must(err)
		var path tlog.RecordProof
		for _, line := range lines[3:] {
			var hash tlog.Hash
			copy(hash[:], decoded(line))
			path = append(path, hash)
		}
		leaf := read(strings.Replace(strings.TrimSuffix(name, ".proof"), "proofs", "leaves", 1))
		if leaf != "\x00"+string(entry) {
			must(fmt.Errorf("%s: another entry than in leaves", name))
		}
		must(tlog.CheckRecord(path, size, root, index, tlog.RecordHash(entry)))
	}
	fmt.Printf("%d entries are in the %d of %s\n", len(proofs), size, said[0])
}
