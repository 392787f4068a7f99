package prove_test

import (
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
	"openclaw/internal/prove"
)

// measure takes one claim of a prover that looks at this test's own process.
func measure(t *testing.T, name string, change func(*prove.Options)) prove.Claim {
	t.Helper()
	o := prove.Options{Dir: t.TempDir(), Addr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 4870}}
	if change != nil {
		change(&o)
	}
	out, err := prove.New(o).Claims(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	claims := out.([]prove.Claim)
	if len(claims) != 1 || claims[0].Claim != name {
		t.Fatalf("asked for %s, got %+v", name, claims)
	}
	return claims[0]
}

func expect(t *testing.T, c prove.Claim, holds bool, evidence string) {
	t.Helper()
	if c.Holds != holds || !strings.Contains(c.Evidence, evidence) {
		t.Errorf("%s: holds %t, evidence %q", c.Claim, c.Holds, c.Evidence)
	}
}

// Each check is seen to fail when its promise is broken; one that cannot fail proves nothing.

func TestLoopbackOnlySeesOpenPorts(t *testing.T) {
	here, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer here.Close()
	expect(t, measure(t, "loopback-only", nil), true, here.Addr().String())
	for _, network := range []string{"tcp4", "tcp6"} {
		open, err := net.Listen(network, ":0") // never connected to
		if err != nil {
			t.Logf("%s: %v", network, err)
			continue
		}
		c := measure(t, "loopback-only", nil)
		open.Close()
		expect(t, c, false, open.Addr().String()[strings.LastIndexByte(open.Addr().String(), ':'):])
	}
	udp, err := net.ListenPacket("udp4", ":0")
	if err != nil {
		t.Fatal(err)
	}
	defer udp.Close()
	expect(t, measure(t, "loopback-only", nil), false, "udp 0.0.0.0")
}

func TestNothingLeavesCountsConnections(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	expect(t, measure(t, "nothing-leaves", nil), true, "connect to this one")
}

func TestOneProcessSeesChildren(t *testing.T) {
	expect(t, measure(t, "one-process", nil), true, "no child")
	child := exec.Command("sleep", "60")
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	c := measure(t, "one-process", nil)
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait() // says that it was killed
	expect(t, c, false, "Other processes")
}

func TestWritesStayInsideSeesAFileElsewhere(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "elsewhere"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	expect(t, measure(t, "writes-stay-inside", nil), false, "outside the data folder")
}

func TestFilesPrivateSeesOneThatIsOpen(t *testing.T) {
	dir := t.TempDir()
	in := func(o *prove.Options) { o.Dir = dir }
	for mode, holds := range map[os.FileMode]bool{0o700: true, 0o755: true, 0o775: false, 0o777: false} {
		if err := os.Chmod(dir, mode); err != nil {
			t.Fatal(err)
		}
		expect(t, measure(t, "files-private", in), holds, dir)
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	expect(t, measure(t, "files-private", in), true, "closed to everybody else")
	if err := os.WriteFile(filepath.Join(dir, "f"), nil, 0o640); err != nil {
		t.Fatal(err)
	}
	expect(t, measure(t, "files-private", in), false, filepath.Join(dir, "f"))
}

func TestOneFileWantsADatabase(t *testing.T) {
	dir := t.TempDir()
	in := func(o *prove.Options) { o.Dir = dir }
	expect(t, measure(t, "one-file", in), false, "could not be checked")
	if err := os.WriteFile(filepath.Join(dir, "workspace.duckdb"), []byte("not a database at all"), 0o600); err != nil {
		t.Fatal(err)
	}
	expect(t, measure(t, "one-file", in), false, "begins with")
	for _, name := range []string{"workspace.duckdb", "words.duckdb"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("checksumDUCK"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	expect(t, measure(t, "one-file", in), true, "made anew when it is missing")
	if err := os.WriteFile(filepath.Join(dir, "more.duckdb"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	expect(t, measure(t, "one-file", in), false, "more.duckdb")
}

func TestSQLGateThatLetsThrough(t *testing.T) {
	gate := func(err error) func(*prove.Options) {
		return func(o *prove.Options) {
			o.SQL = func(context.Context, ident.Caller, string) (crm.Rows, error) { return crm.Rows{}, err }
		}
	}
	expect(t, measure(t, "sql-reads-only", gate(fail.New(fail.Denied, "no"))), true, "refused")
	expect(t, measure(t, "sql-reads-only", gate(nil)), false, "Not refused")
	expect(t, measure(t, "sql-reads-only", gate(errors.New("database is gone"))), false, "could not be checked")
}

func TestSecondOwnerThatGetsIn(t *testing.T) {
	c := measure(t, "one-owner", func(o *prove.Options) {
		o.Open = func(context.Context, string) (prove.Workspace, func() error, error) {
			return nil, func() error { return nil }, nil
		}
	})
	expect(t, c, false, "got in")
}

func TestProgramInsideTheData(t *testing.T) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	expect(t, measure(t, "data-outlives-program", nil), true, program)
	expect(t, measure(t, "data-outlives-program", func(o *prove.Options) { o.Dir = filepath.Dir(program) }), false, program)
}

func TestUnknownClaim(t *testing.T) {
	_, err := prove.New(prove.Options{Dir: t.TempDir(), Addr: &net.TCPAddr{}}).Claims(t.Context(), "moon")
	if fail.KindOf(err) != fail.NotFound || !strings.Contains(fail.As(err).Hint, "one-file") {
		t.Errorf("got %v", err)
	}
}
