// Jenkinsfile of a multibranch pipeline. In the project's "Branch Sources", add the behaviours
// "Advanced clone behaviours" without "Shallow clone", and "Discover pull requests".
pipeline {
    agent any
    stages {
        stage('gitpact') {
            steps {
                sh '''
                    python3 -m venv .gitpact-venv
                    .gitpact-venv/bin/pip install --quiet gitpact==1.0.0
                    .gitpact-venv/bin/gitpact lint --ci --deepen
                '''
            }
        }
    }
}
