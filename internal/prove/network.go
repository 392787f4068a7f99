package prove

import (
	"bufio"
	"context"
	"encoding/hex"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
)

func (p *Prover) networkChecks() []check {
	return []check{
		{"loopback-only", "It listens on this machine only; no port is open to other machines.",
			"The sockets of this process are looked up in /proc/self/net. By hand: ss -lntup | grep openclawd", p.loopbackOnly},
		{"nothing-leaves", "No connection goes out, to nobody: no telemetry, no update check, no cloud.",
			"The connections of this process are looked up in /proc/self/net, at this moment. By hand: lsof -i -a -p PID, or watch with tcpdump.", p.nothingLeaves},
	}
}

// socket is one line of /proc/self/net that belongs to this process.
type socket struct {
	kind          string // tcp or udp
	local, remote netip.AddrPort
	listens       bool
}

// sockets lists the internet sockets of this process.
func sockets() ([]socket, error) {
	mine, err := socketInodes()
	if err != nil {
		return nil, err
	}
	var all []socket
	for _, table := range []string{"tcp", "tcp6", "udp", "udp6"} {
		f, err := os.Open("/proc/self/net/" + table)
		if os.IsNotExist(err) {
			continue // a kernel without IPv6
		}
		if err != nil {
			return nil, err
		}
		lines := bufio.NewScanner(f)
		lines.Scan() // the head
		for lines.Scan() {
			if s, ok := parseSocket(table, lines.Text(), mine); ok {
				all = append(all, s)
			}
		}
		err = lines.Err()
		f.Close()
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// socketInodes are the sockets that this process has open.
func socketInodes() (map[string]bool, error) {
	fds, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return nil, err
	}
	mine := map[string]bool{}
	for _, fd := range fds {
		target, err := os.Readlink("/proc/self/fd/" + fd.Name())
		if err != nil {
			continue // the descriptor of the listing itself
		}
		if inode, ok := strings.CutPrefix(target, "socket:["); ok {
			mine[strings.TrimSuffix(inode, "]")] = true
		}
	}
	return mine, nil
}

// parseSocket reads a line such as "0: 0100007F:1F90 00000000:0000 0A ... inode ...". The states are the kernel's: 0A is
// listening; an udp socket without a peer takes from anybody.
func parseSocket(table, line string, mine map[string]bool) (socket, bool) {
	f := strings.Fields(line)
	if len(f) < 10 || !mine[f[9]] {
		return socket{}, false
	}
	local, ok1 := parseAddr(f[1])
	remote, ok2 := parseAddr(f[2])
	kind := strings.TrimSuffix(table, "6")
	s := socket{kind: kind, local: local, remote: remote, listens: f[3] == "0A" || kind == "udp" && remote.Port() == 0}
	return s, ok1 && ok2
}

// parseAddr reads an address as the kernel writes it: 32-bit words in the machine's order, in hexadecimal.
func parseAddr(text string) (netip.AddrPort, bool) {
	host, port, ok := strings.Cut(text, ":")
	raw, err := hex.DecodeString(host)
	n, portErr := strconv.ParseUint(port, 16, 16)
	if !ok || err != nil || portErr != nil || len(raw)%4 != 0 {
		return netip.AddrPort{}, false
	}
	for word := range slices.Chunk(raw, 4) {
		slices.Reverse(word)
	}
	addr, ok := netip.AddrFromSlice(raw)
	return netip.AddrPortFrom(addr.Unmap(), uint16(n)), ok
}

func (p *Prover) loopbackOnly(context.Context) (string, bool, error) {
	all, err := sockets()
	if err != nil {
		return "", false, err
	}
	var here, elsewhere []string
	for _, s := range all {
		if !s.listens {
			continue
		}
		if name := s.kind + " " + s.local.String(); s.local.Addr().IsLoopback() {
			here = append(here, name)
		} else {
			elsewhere = append(elsewhere, name)
		}
	}
	switch {
	case len(elsewhere) > 0:
		return "Other machines may reach: " + some(elsewhere) + ".", false, nil
	case len(here) == 0:
		return "No listening socket was found, though the pages are served at " + p.o.Addr.String() + ".", false, nil
	}
	return "Listening: " + strings.Join(here, ", ") + ". Nothing else.", true, nil
}

func (p *Prover) nothingLeaves(context.Context) (string, bool, error) {
	all, err := sockets()
	if err != nil {
		return "", false, err
	}
	local, out := 0, []string{}
	for _, s := range all {
		switch {
		case s.listens:
		case s.remote.Addr().IsLoopback():
			local++
		default:
			out = append(out, fmt.Sprintf("%s %s -> %s", s.kind, s.local, s.remote))
		}
	}
	if len(out) > 0 {
		return "Connections to elsewhere: " + some(out) + ".", false, nil
	}
	return fmt.Sprintf("Of %d sockets, none goes to another machine; %d connect to this one.", len(all), local), true, nil
}
