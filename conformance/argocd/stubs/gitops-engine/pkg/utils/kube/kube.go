// A stub for compiling: keys of resources, which no question of RBAC reaches.
package kube

type ResourceKey struct{ Group, Kind, Namespace, Name string }

func NewResourceKey(group, kind, namespace, name string) ResourceKey {
	return ResourceKey{group, kind, namespace, name}
}
