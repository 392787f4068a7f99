package prove

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"openclaw/internal/fail"
)

func (p *Prover) fileChecks() []check {
	return []check{
		{"one-file", "Your data is one DuckDB file on this machine, which any DuckDB client reads.",
			"The file's header is read: a DuckDB file carries DUCK at byte 8. By hand: stop the daemon, then duckdb -readonly " + p.workspace() + " and SHOW ALL TABLES.", p.oneFile},
		{"files-private", "Only this program's user can read the data.",
			"Owner and mode of every file and folder in the data folder are read. By hand: find " + p.o.Dir + " -mindepth 1 -perm /077 lists nothing.", p.filesPrivate},
		{"one-owner", "One process owns the file; a second one is refused and changes nothing.",
			"The running workspace is opened a second time. By hand: openclawd serve --data " + p.o.Dir + " --listen 127.0.0.1:0", p.oneOwner},
		{"data-outlives-program", "Removing the program leaves the data.",
			"The program's file is looked for, and must not lie in the data folder. By hand: remove the program, and look for the data.", p.outlives},
		{"writes-stay-inside", "The program keeps everything in the data folder. It writes one file elsewhere, where you ask for it: the rows that an import from the command line could not read, beside their file.",
			"Every regular file that this process holds open for writing is listed from /proc/self/fd, at this moment. By hand: lsof -p PID, or strace -f -e trace=openat -p PID for as long as you like.", p.writesInside},
	}
}

func (p *Prover) workspace() string { return filepath.Join(p.o.Dir, "workspace.duckdb") }

// words is where the index of the words of the data is. It holds nothing of its own.
func (p *Prover) words() string { return filepath.Join(p.o.Dir, "words.duckdb") }

func (p *Prover) oneFile(context.Context) (string, bool, error) {
	f, err := os.Open(p.workspace())
	if err != nil {
		return "", false, err
	}
	defer f.Close()
	head := make([]byte, 12)
	if _, err := io.ReadFull(f, head); err != nil {
		return "", false, err
	}
	info, err := f.Stat()
	if err != nil {
		return "", false, err
	}
	if !bytes.Equal(head[8:], []byte("DUCK")) {
		return fmt.Sprintf("%s begins with %q.", p.workspace(), head), false, nil
	}
	other, err := fs.Glob(os.DirFS(p.o.Dir), "*.duckdb")
	if err != nil {
		return "", false, err
	}
	other = slices.DeleteFunc(other, func(name string) bool {
		return name == filepath.Base(p.workspace()) || name == filepath.Base(p.words())
	})
	if len(other) > 0 {
		return "There are other databases in the folder: " + strings.Join(other, ", ") + ".", false, nil
	}
	return fmt.Sprintf("%s, %d bytes, DUCK at byte 8. Nothing is kept elsewhere: %s is an index of it, made anew when it is missing.", p.workspace(), info.Size(), p.words()), true, nil
}

func (p *Prover) filesPrivate(context.Context) (string, bool, error) {
	seen, open := 0, []string{}
	uid := uint32(os.Geteuid())
	err := filepath.WalkDir(p.o.Dir, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // a temporary file that is gone already
		}
		if err != nil {
			return err
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		if info.Mode().Type()&fs.ModeSymlink != 0 {
			return nil // a link has no mode of its own
		}
		seen++
		others := fs.FileMode(0o077)
		if path == p.o.Dir {
			others = 0o022 // the folder itself may be a given one; what is in it is closed by its own mode
		}
		if st, ok := info.Sys().(*syscall.Stat_t); info.Mode().Perm()&others != 0 || !ok || st.Uid != uid {
			open = append(open, fmt.Sprintf("%s %s", info.Mode().Perm(), path))
		}
		return nil
	})
	if err != nil {
		return "", false, err
	}
	if len(open) > 0 {
		return fmt.Sprintf("%d of %d can be reached by others: %s.", len(open), seen, some(open)), false, nil
	}
	return fmt.Sprintf("All %d files and folders in %s belong to uid %d, and what is in it is closed to everybody else.", seen, p.o.Dir, uid), true, nil
}

func (p *Prover) oneOwner(ctx context.Context) (string, bool, error) {
	_, closeIt, err := p.o.Open(ctx, p.o.Dir)
	if err == nil {
		return "A second opener got in.", false, closeIt()
	}
	return "The second opener was told: " + fail.As(err).Message, true, nil
}

func (p *Prover) outlives(context.Context) (string, bool, error) {
	program, err := os.Executable()
	if err != nil {
		return "", false, err
	}
	return fmt.Sprintf("The program is %s; the data is in %s.", program, p.o.Dir), !within(p.o.Dir, program), nil
}

// within tells whether path lies in folder, or is it.
func within(folder, path string) bool {
	rel, err := filepath.Rel(folder, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, "../")
}

func (p *Prover) writesInside(context.Context) (string, bool, error) {
	dir, err := filepath.EvalSymlinks(p.o.Dir)
	if err != nil {
		return "", false, err
	}
	fds, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return "", false, err
	}
	inside, outside := 0, []string{}
	for _, fd := range fds {
		if fd.Name() == "0" || fd.Name() == "1" || fd.Name() == "2" {
			continue // where whoever started the program sent its words
		}
		path, err := os.Readlink("/proc/self/fd/" + fd.Name())
		info, statErr := os.Stat("/proc/self/fd/" + fd.Name())
		if err != nil || statErr != nil || !info.Mode().IsRegular() || !strings.HasPrefix(path, "/") || !writable(fd.Name()) {
			continue
		}
		if within(dir, strings.TrimSuffix(path, " (deleted)")) {
			inside++
		} else {
			outside = append(outside, path)
		}
	}
	if len(outside) > 0 {
		return "Open for writing outside the data folder: " + some(outside) + ".", false, nil
	}
	return fmt.Sprintf("%d files are open for writing, all in %s.", inside, dir), true, nil
}

// writable tells whether a descriptor of this process was opened for writing.
func writable(fd string) bool {
	text, err := os.ReadFile("/proc/self/fdinfo/" + fd)
	if err != nil {
		return false
	}
	for line := range strings.SplitSeq(string(text), "\n") {
		if flags, ok := strings.CutPrefix(line, "flags:"); ok {
			var n int
			if _, err := fmt.Sscanf(strings.TrimSpace(flags), "%o", &n); err != nil {
				return false
			}
			return n&(syscall.O_WRONLY|syscall.O_RDWR) != 0
		}
	}
	return false
}

// some shows the first few of a list.
func some(all []string) string {
	if len(all) > 5 {
		return strings.Join(all[:5], ", ") + fmt.Sprintf(" and %d more", len(all)-5)
	}
	return strings.Join(all, ", ")
}
