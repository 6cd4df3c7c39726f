output "file_system_id" {
  description = "The EFS file system that holds the files."
  value       = aws_efs_file_system.files.id
}

output "access_point_id" {
  description = "The access point through which the function and the tasks reach the files."
  value       = aws_efs_access_point.files.id
}

output "parameter_name" {
  description = "The SSM parameter that holds the shard map."
  value       = aws_ssm_parameter.map.name
}

output "scaler_function_name" {
  description = "The function that adds mount targets."
  value       = aws_lambda_function.scaler.function_name
}

output "scaler_rule_name" {
  description = "The EventBridge rule that runs it."
  value       = aws_cloudwatch_event_rule.scaler.name
}

output "repository_url" {
  description = "The ECR repository of the Worker's images."
  value       = aws_ecr_repository.worker.repository_url
}

output "cluster_name" {
  description = "The ECS cluster."
  value       = aws_ecs_cluster.main.name
}

output "service_name" {
  description = "The ECS service of the Worker."
  value       = aws_ecs_service.worker.name
}

output "region" {
  description = "The region of it all."
  value       = local.region
}

output "vpc_id" {
  description = "The VPC of the file system, the function and the tasks."
  value       = local.vpc_id
}

output "worker_security_group_id" {
  description = "The security group of the tasks, for a load balancer's or a client's rules."
  value       = aws_security_group.worker.id
}
