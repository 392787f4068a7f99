package daemon_test

import (
	"fmt"
	"testing"

	"openclaw/internal/crm"
)

func TestViewsByTheAPI(t *testing.T) {
	_, _, c := api(t, "admin")
	c.deals()
	const views = "/api/v1/objects/deal/views"
	var got crm.View
	c.ok(&got, "PUT", views+"/Big%20ones", `{"filter":{"term":{"path":"value"},"op":">=","values":["1000"]},"sort":[{"path":"value","desc":true}],"fields":["name"]}`)
	if got.Name != "Big ones" || got.Object != "deal" || got.Filter.Op != crm.AtLeast {
		t.Errorf("made %+v", got)
	}
	c.ok(nil, "PUT", views+"/All", `{}`)
	var list struct{ Views []crm.View }
	c.ok(&list, "GET", views, nil)
	if fmt.Sprint(list.Views[0].Name, list.Views[1].Name) != "AllBig ones" || len(list.Views) != 2 {
		t.Errorf("there are %+v", list.Views)
	}
	c.fails(404, "GET", "/api/v1/objects/nope/views", nil)
	c.fails(404, "PUT", views+"/x", `{"fields":["nope"]}`)
	c.fails(403, "PUT", views+"/x", `{"owner":"somebody else"}`)
	c.fails(400, "PUT", views+"/x", `{"colour":"red"}`)
	c.ok(nil, "DELETE", views+"/big%20ones", nil)
	c.fails(404, "DELETE", views+"/big%20ones", nil)
}

func TestObjectsAreMovedByTheAPI(t *testing.T) {
	_, _, c := api(t, "admin")
	c.deals()
	c.ok(nil, "POST", "/api/v1/objects", crm.Object{Name: "note", Fields: []crm.Field{{Name: "name", Type: crm.Text}}})
	var done struct{ Batch int64 }
	c.ok(&done, "PATCH", "/api/v1/objects/note", `{"at":0}`)
	var list struct{ Objects []crm.Object }
	c.ok(&list, "GET", "/api/v1/objects", nil)
	if list.Objects[0].Name != "note" {
		t.Errorf("first is %s", list.Objects[0].Name)
	}
	c.ok(nil, "POST", "/api/v1/undo", map[string]int64{"id": done.Batch})
	c.ok(&list, "GET", "/api/v1/objects", nil)
	if list.Objects[0].Name != "deal" {
		t.Errorf("after undo, first is %s", list.Objects[0].Name)
	}
}
