output "secrets" { value = local.secrets }
output "subjects" { value = local.subjects }
output "subject_names" { value = local.subject_names }
output "role_assignments" { value = var.role_assignments }
output "key_vaults_used" { value = local.key_vaults_used }
output "clusters_used" { value = local.clusters_used }
