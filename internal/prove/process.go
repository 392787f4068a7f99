package prove

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

func (p *Prover) processChecks() []check {
	return []check{
		{"no-root-needed", "It runs with the rights of its user account and needs no root.",
			"The program's file is looked at for set-user-id, set-group-id and file capabilities, and the port for being below 1024. By hand: ls -l, getcap, ps -o user= -p PID.", p.noRoot},
		{"one-process", "It is one process: it starts no other program.",
			"The children of every thread are read from /proc/self/task. By hand: pstree -p PID.", p.oneProcess},
		{"open-source", "It is MIT licensed, so that anybody may read, check and change it.",
			"The licence is built into the program, and printed from there. By hand: read LICENSE.", p.openSource},
	}
}

func (p *Prover) noRoot(context.Context) (string, bool, error) {
	program, err := os.Executable()
	if err != nil {
		return "", false, err
	}
	info, err := os.Stat(program)
	if err != nil {
		return "", false, err
	}
	caps := true
	if _, err := unix.Getxattr(program, "security.capability", nil); errors.Is(err, unix.ENODATA) || errors.Is(err, unix.ENOTSUP) {
		caps = false
	} else if err != nil {
		return "", false, err
	}
	var port int
	if _, err := fmt.Sscanf(p.o.Addr.String()[strings.LastIndexByte(p.o.Addr.String(), ':')+1:], "%d", &port); err != nil {
		return "", false, err
	}
	raised := info.Mode()&(os.ModeSetuid|os.ModeSetgid) != 0
	who := fmt.Sprintf("It runs as uid %d", os.Geteuid())
	if os.Geteuid() == 0 {
		who += ", since root started it"
	}
	return fmt.Sprintf("%s. %s: mode %s, file capabilities: %t, port %d.", who, program, info.Mode(), caps, port), !caps && !raised && port >= 1024, nil
}

func (p *Prover) oneProcess(context.Context) (string, bool, error) {
	lists, err := filepath.Glob("/proc/self/task/*/children")
	if err != nil {
		return "", false, err
	}
	if len(lists) == 0 {
		return "", false, errors.New("this kernel does not list the children of a process")
	}
	var children []string
	for _, path := range lists {
		text, err := os.ReadFile(path)
		if errors.Is(err, os.ErrNotExist) || errors.Is(err, unix.ESRCH) {
			continue // a thread that has ended
		}
		if err != nil {
			return "", false, err
		}
		children = append(children, strings.Fields(string(text))...)
	}
	if len(children) > 0 {
		return "Other processes that it started: " + some(children) + ".", false, nil
	}
	return fmt.Sprintf("Process %d, %d threads, no child.", os.Getpid(), len(lists)), true, nil
}

func (p *Prover) openSource(context.Context) (string, bool, error) {
	title, _, _ := strings.Cut(p.o.License, "\n")
	whole := strings.HasPrefix(p.o.License, "MIT License") && strings.Contains(p.o.License, "without restriction")
	return fmt.Sprintf("%s, %d bytes, SHA-256 %x.", title, len(p.o.License), sha256.Sum256([]byte(p.o.License))), whole, nil
}
